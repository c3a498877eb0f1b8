"""define.xml 2.1 from the specification, part by part; nothing here opens a file or decides what a
data set holds."""
