"""Files in and out: the interchange format, foreign logs, imports, exports, XES and OCEL."""
