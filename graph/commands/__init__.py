"""The commands of `selfgraph`, one file a group; each imports what it needs when it runs, so that `--help` is quick."""
