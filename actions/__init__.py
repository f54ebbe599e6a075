"""The custom actions: a thin translation between Rasa's tracker and bot.knowledge."""
