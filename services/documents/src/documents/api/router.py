"""Documents' table of contents."""

from documents.api import binned, content, documents, finding, folders, links, records, releases

ROUTERS = (
    # Before the documents: `search` and `due` are no ids.
    finding.router,
    documents.router,
    content.router,
    folders.router,
    binned.router,
    records.router,
    releases.router,
    links.router,
)
