"""Sign-in by OpenID Connect: the provider and its keys, its tokens, the way through its page and back, and logout from both sides."""
