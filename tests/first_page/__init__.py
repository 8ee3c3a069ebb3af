"""What the first page holds: every number is a figure's cell or a printed one, and nothing that a label says becomes mark-up."""
