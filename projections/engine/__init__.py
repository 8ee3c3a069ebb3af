"""The engine by which rows follow the log: folds, batches, positions, rebuilds and replays."""
