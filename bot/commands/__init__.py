"""What `stodlots` can do, one module for each kind of command. Only `bot.cli` imports them."""
