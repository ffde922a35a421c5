"""What flows ask of the world outside: services, scripts, texts to mobile phones. What hangs harms nobody else."""
