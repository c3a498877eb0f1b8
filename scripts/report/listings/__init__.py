"""Listings of records as files of their own: chosen, laid out as text, printed on pages.

Here: what is listed, how it is wrapped and divided into pages, and the templates of both
documents. Not here: tables of results (`layouts/`), and how a PDF is rendered.
"""
