"""Having the system start the hub at login: one file a system."""
