"""Documents' table of contents."""

from documents.api import binned, content, documents, export, finding, folders, links, records, releases, resumed

ROUTERS = (
    # Before the documents: `search` and `due` are no ids.
    finding.router,
    documents.router,
    content.router,
    resumed.router,
    export.router,
    folders.router,
    binned.router,
    records.router,
    releases.router,
    links.router,
)
