"""Documents' table of contents."""

from documents.api import content, documents, links, releases

ROUTERS = (documents.router, content.router, releases.router, links.router)
