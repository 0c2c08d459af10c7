"""How the people of a participant are told: by e-mail, by text message, by webhook."""
