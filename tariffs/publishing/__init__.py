"""Publishing: what is known of each day's prices becomes the events that VENs poll."""
