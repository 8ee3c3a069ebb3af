"""Workbooks (XLSX) of a delivery: what they may hold, and the process of its own that reads them."""
