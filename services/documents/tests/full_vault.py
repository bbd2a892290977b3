"""A vault with everything that is sealed: documents, a folder, tags, a release with a note; and what must be read."""

from typing import Any

from documents.keys.sealed_places import SEALED_PLACES

CONTENT = {f"file {number}": f"{number}".encode() * (20_000 + number) for number in range(5)}
FOLDER, TAG, NOTE = "Minutes of 2026", "agreed", "Please read this."


class Vaultful:
    """A group with documents, descriptions and a release, and what must be read of them."""

    def __init__(self, group: Any, paths: dict[str, str], link: Any) -> None:
        self.group, self.paths, self.link = group, paths, link

    @classmethod
    async def of(cls, group: Any, forward: Any) -> "Vaultful":
        chair, paths = group.chair, {}
        folder_id = await chair.folder(FOLDER)
        for name, content in CONTENT.items():
            document_id = await chair.add(name, description=f"about {name}", tags=[TAG], folder_id=folder_id)
            paths[name] = await chair.declare(document_id, len(content))
            assert (await chair.put(paths[name], content)).status_code == 200
        (link,) = await forward(chair, paths["file 0"], note=NOTE)
        return cls(group, paths, link)

    async def reads_back(self) -> None:
        member = self.group.member
        for name, path in self.paths.items():
            assert (await member.ask("GET", path)).content == CONTENT[name]
            document = (await member.ask("GET", path.partition("/versions")[0])).json()
            assert (document["name"], document["description"], document["tags"]) == (name, f"about {name}", [TAG])
        folders = (await member.ask("GET", "/folders")).json()["folders"]
        assert [folder["name"] for folder in folders] == [FOLDER]
        assert NOTE in (await self.group.client.get(self.link.page)).text
        opened = await self.group.client.post(f"/releases/{self.link.release_id}/download", data=self.link.form)
        assert opened.content == CONTENT["file 0"]
        assert "file%200" in opened.headers["content-disposition"]

    async def epochs(self, superuser: Any) -> set[int]:
        used: set[Any] = set()
        for place in SEALED_PLACES:
            asked = f"SELECT DISTINCT {place.epoch} FROM {place.table.fullname} WHERE group_id = $1"
            used |= {row[0] for row in await superuser.fetch(asked, self.group.id)}
        return used - {None}  # a release without a note

    async def keys(self, superuser: Any) -> list[int]:
        asked = "SELECT epoch FROM keys.group_keys WHERE group_id = $1 ORDER BY epoch"
        return [row[0] for row in await superuser.fetch(asked, self.group.id)]
