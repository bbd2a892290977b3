"""A vault with documents, descriptions and a release in it, and what must be read of them whatever happens."""

from typing import Any

from documents.keys.sealed_places import SEALED_PLACES

CONTENT = {f"file {number}": bytes([number]) * (20_000 + number) for number in range(5)}


class Vaultful:
    """A group with documents, descriptions and a release, and what must be read of them."""

    def __init__(self, group: Any, paths: dict[str, str], link: Any) -> None:
        self.group, self.paths, self.link = group, paths, link

    @classmethod
    async def of(cls, group: Any, forward: Any) -> "Vaultful":
        chair, paths = group.chair, {}
        for name, content in CONTENT.items():
            document_id = await chair.add(name, description=f"about {name}")
            paths[name] = await chair.declare(document_id, len(content))
            assert (await chair.put(paths[name], content)).status_code == 200
        (link,) = await forward(chair, paths["file 0"])
        return cls(group, paths, link)

    async def reads_back(self) -> None:
        member = self.group.member
        for name, path in self.paths.items():
            assert (await member.ask("GET", path)).content == CONTENT[name]
            document = (await member.ask("GET", path.partition("/versions")[0])).json()
            assert (document["name"], document["description"]) == (name, f"about {name}")
        opened = await self.group.client.post(f"/releases/{self.link.release_id}/download", data=self.link.form)
        assert opened.content == CONTENT["file 0"]
        assert "file%200" in opened.headers["content-disposition"]

    async def epochs(self, superuser: Any) -> set[int]:
        used: set[int] = set()
        for place in SEALED_PLACES:
            asked = f"SELECT DISTINCT {place.epoch} FROM {place.table.fullname} WHERE group_id = $1"
            used |= {row[0] for row in await superuser.fetch(asked, self.group.id)}
        return used

    async def keys(self, superuser: Any) -> list[int]:
        asked = "SELECT epoch FROM keys.group_keys WHERE group_id = $1 ORDER BY epoch"
        return [row[0] for row in await superuser.fetch(asked, self.group.id)]
