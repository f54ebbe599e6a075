"""Question sets → scores: asks the assistant and its rivals, and says where each of them fails."""
