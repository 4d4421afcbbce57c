"""What a typed line means: a choice, a command, talk, or words that only the window can judge."""
