"""Who is told of a change, what of it, and how: subscriptions and their webhooks."""
