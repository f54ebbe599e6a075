"""Transport and rendering: how messages come in, through one door, and how answers go out."""
