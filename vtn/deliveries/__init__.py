"""What is sent to others because of a change: kept until it has arrived, in order for each object and recipient."""
