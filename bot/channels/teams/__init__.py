"""Teams: a channel of our own for a bot of one tenant, switched on by the STODLOTS_TEAMS_… settings."""
