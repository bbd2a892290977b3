"""Documents' table of contents."""

from documents.api import content, documents, links, releases, resumed

ROUTERS = (documents.router, content.router, resumed.router, releases.router, links.router)
