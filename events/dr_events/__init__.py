"""DR events of Ecosuite's API: each is an OpenADR event, and what OpenADR has no place for."""
