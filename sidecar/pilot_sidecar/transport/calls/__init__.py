"""What surfaces can ask of the hub, one file per subject."""
