"""The results metadata: a reporting event of CDISC's Analysis Results Standard, version 1, part by
part. Each printed number is one operation result, and says the address at which it is printed."""
