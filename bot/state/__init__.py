"""What users make: conversations (never their texts), message ids, button payloads. See `tables`."""
