from launcher.processes import PROCESSES, STEPS, Process, Step

EVERY: tuple[Process | Step, ...] = (*PROCESSES, *STEPS)


def holders(setting: str) -> set[str]:
    return {what.name for what in EVERY if setting in what.settings}


def test_names_are_given_once() -> None:
    names = [what.name for what in EVERY]
    assert len(names) == len(set(names))


def test_marking_keys_and_document_keys_are_given_to_one_process_each() -> None:
    assert holders("GROUPS_SIGN_KEY_FOLDER") == {"groups-sign", "groups-make-keys"}
    assert holders("GROUPS_SIGN_DATABASE_URL") == {"groups-sign"}
    assert holders("DOCUMENTS_KEYS_KEY_FOLDER") == {"documents-keys", "documents-make-keys"}
    assert holders("DOCUMENTS_KEYS_DATABASE_URL") == {"documents-keys"}


def test_only_a_migration_has_an_owners_role() -> None:
    for service in ("IDENTITY", "GROUPS", "DOCUMENTS", "MESSAGING"):
        assert holders(f"{service}_OWNER_DATABASE_URL") == {f"{service.lower()}-migrate"}


def test_the_gateway_has_neither_database_nor_broker() -> None:
    (gateway,) = [process for process in PROCESSES if process.service == "gateway"]
    assert not [name for name in gateway.settings if "DATABASE" in name or "AMQP" in name]


def test_no_process_is_given_a_setting_of_another_service() -> None:
    for process in PROCESSES:
        assert all(name.startswith(f"{process.service.upper()}_") for name in process.settings)


def test_only_the_topology_step_administers_the_broker() -> None:
    assert holders("OURWATCH_BROKER_ADMIN_PASSWORD") == {"topology"}
