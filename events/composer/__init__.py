"""What staff compose events with: pure rules, from what somebody typed to an event's content and back."""
