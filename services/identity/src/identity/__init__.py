"""Who you are: accounts, sessions, second factors, consents, staff."""
