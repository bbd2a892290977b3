"""Which organisation an e-mail address belongs to, by its domain."""

from collections.abc import Collection


def domain_of(email: str) -> str:
    """What stands after the @, in lower case."""
    return email.rpartition("@")[2].casefold()


def is_at(email: str, domains: Collection[str]) -> bool:
    """Whether the address is in exactly one of these domains: another force's may be a subdomain of `police.uk`."""
    return domain_of(email) in domains


def is_under(email: str, domains: Collection[str]) -> bool:
    """Whether the address is in one of these domains or in a subdomain of one."""
    own = domain_of(email)
    return any(own == domain or own.endswith(f".{domain}") for domain in domains)
