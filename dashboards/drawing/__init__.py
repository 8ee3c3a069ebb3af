"""Charts: their shapes, their colours, and the chart that any figure has."""
