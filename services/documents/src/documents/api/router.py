"""Documents' table of contents."""

from documents.api import content, documents, export, links, releases, resumed

ROUTERS = (documents.router, content.router, resumed.router, export.router, releases.router, links.router)
