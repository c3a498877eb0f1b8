"""A tiny made-up trial, as unlike the embedded one as can be."""
