"""How rows follow the log: folds run, batches written, positions moved, rebuilds and replays."""
