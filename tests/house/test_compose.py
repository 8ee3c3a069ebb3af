"""docker-compose.yml, as far as it can be held to its promises without an engine; and the secrets it hands the program as files."""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psycopg
import pytest
import yaml
from psycopg.conninfo import conninfo_to_dict

from api.register.figure_functions import bring_up_to_date
from api.settings import settings
from journey.log.store import Log
from journey.postgres.cluster import SETTINGS
from journey.refusals import Refused
from tests.support.server_postgresql import newest, throw_away
from tests.support.sizes import SOAK
from tests.support.waiting import until

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))

# What the file promises


def faults(compose: dict[str, Any]) -> list[str]:
    """Everything about the services, secrets and volumes that is less careful than promised."""
    told = [(f"the {kind} {name}", one) for kind in ("secret", "config") for name, one in compose[f"{kind}s"].items()]
    found = [
        f"{what} is no file" for what, one in told if list(one) != ["file"]
    ]  # none else reaches a container that is read-only
    found += [f"the volume {name} is not ours alone" for name, one in compose["volumes"].items() if one]
    awaited = {
        name
        for service in compose["services"].values()
        for name, one in service.get("depends_on", {}).items()
        if one["condition"] == "service_completed_successfully"
    }
    for name, service in compose["services"].items():
        found += [f"{name}: {fault}" for fault in _faults_of(service, compose)]
        if "healthcheck" not in service and name not in awaited:
            found.append(f"{name}: nobody sees whether it is well")
    return found


def _faults_of(service: dict[str, Any], compose: dict[str, Any]) -> list[str]:
    faults = {
        "its files can be changed": service.get("read_only") is not True,
        "it may gain rights": "no-new-privileges:true" not in service.get("security_opt", []),
        "it has rights it does not need": service.get("cap_drop") != ["ALL"] or "cap_add" in service,
        "it runs as root": str(service.get("user", "0")).split(":")[0] in ("0", "root"),
        "its image has no tag": ":" not in service["image"] or service["image"].endswith(":latest"),
        "it may open as many files as the machine has, or too few": not 1_024
        <= service.get("ulimits", {}).get("nofile", {}).get("soft", 0)
        <= 65_536,
        "its log grows for ever": "max-size" not in service.get("logging", {}).get("options", {}),
        "it is told what is not there": not {*service.get("secrets", [])} <= {*compose["secrets"]},
    }
    found = [fault for fault, is_so in faults.items() if is_so]
    found += [f"port {port} is open to others" for port in service.get("ports", []) if not str(port).startswith("127.0.0.1:")]
    found += [f"{one} is a folder of the machine's" for one in service.get("volumes", []) if str(one)[0] in "./~"]
    for variable, value in service.get("environment", {}).items():
        secret = any(word in variable for word in ("PASSWORD", "URL", "KEY", "SECRET")) and variable != "JOURNEY_PUBLIC_URL"
        if secret and not (variable.endswith("_FILE") and Path(value).name in service["secrets"]):
            found.append(f"{variable} stands in the environment")
    return found


def test_the_file_keeps_what_it_promises() -> None:
    assert faults(COMPOSE) == []
    assert set(COMPOSE["services"]) == {"database", "migrate", "app"}


MUTANTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "open to others": lambda c: c["services"]["app"].update(ports=["8000:8000"]),
    "open to the network": lambda c: c["services"]["database"].update(ports=["0.0.0.0:5432:5432"]),
    "nobody sees": lambda c: c["services"]["app"].pop("healthcheck"),
    "is no file": lambda c: c["secrets"].update(postgres={"environment": "PASSWORD"}),
    "is no file either": lambda c: c["configs"].update(logins={"content": "create role"}),
    "in the environment": lambda c: c["services"]["app"]["environment"].update(JOURNEY_DATABASE_URL="postgresql://"),
    "can be changed": lambda c: c["services"]["migrate"].pop("read_only"),
    "may gain rights": lambda c: c["services"]["database"].pop("security_opt"),
    "as many files as it likes": lambda c: c["services"]["app"].pop("ulimits"),
    "runs as root": lambda c: c["services"]["app"].pop("user"),
    "has no tag": lambda c: c["services"]["database"].update(image="postgres"),
    "of the machine's": lambda c: c["services"]["app"].update(volumes=["./data:/data"]),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_file_that_does_not_is_caught(mutant: str) -> None:
    changed = copy.deepcopy(COMPOSE)
    MUTANTS[mutant](changed)

    assert len(faults(changed)) == 1


def test_the_app_waits_for_the_database_and_the_migration() -> None:
    services = COMPOSE["services"]

    assert services["app"]["depends_on"] == {
        "database": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["migrate"]["restart"] == "no"
    assert services["database"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_only_the_migration_has_the_owners_login() -> None:
    told = {name: set(service["secrets"]) for name, service in COMPOSE["services"].items()}

    assert told == {
        "database": {"postgres", "journey_owner", "journey_app"},
        "migrate": {"journey_owner"},
        "app": {"journey_app", "oidc"},
    }


def test_the_database_logs_no_more_than_the_embedded_one() -> None:
    about = ("log_min_", "log_error_verbosity ", "log_statement ", "log_parameter_")
    quiet = [line for line in SETTINGS.splitlines() if line.startswith(about)]
    wanted = {f"--{name.strip()}={value.strip()}" for name, value in (line.split("=") for line in quiet)}

    assert len(wanted) == 7
    assert wanted == {*COMPOSE["services"]["database"]["command"][1:]}


@pytest.mark.skipif(
    shutil.which("docker") is None or subprocess.run(["docker", "compose", "version"], capture_output=True).returncode != 0,
    reason="the compose plugin of the Docker client is not here",
)
def test_the_client_of_docker_takes_the_file() -> None:
    told = subprocess.run(["docker", "compose", "--file", FILE, "config", "--quiet"], capture_output=True, text=True)

    assert (told.returncode, told.stderr) == (0, "")


# The image


def image() -> list[tuple[str, str]]:
    """The instructions of the image, as the engine is given them."""
    inline = COMPOSE["services"]["app"]["build"]["dockerfile_inline"].replace("$$", "$")
    lines = [line for line in inline.splitlines() if line and not line.startswith("#")]
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines]


def copied_from_here() -> list[list[str]]:
    return [words.split() for instruction, words in image() if instruction == "COPY" and not words.startswith("--from")]


def test_what_the_image_copies_is_there_and_is_all_of_the_program() -> None:
    sources = {source for words in copied_from_here() for source in words[:-1]}

    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert {"journey", "projections", "dashboards", "api", "pyproject.toml", "requirements.lock"} <= sources


def test_the_image_that_runs_brings_no_tools_and_no_sources() -> None:
    last = image()[max(nth for nth, (instruction, _) in enumerate(image()) if instruction == "FROM") :]

    assert [instruction for instruction, _ in last] == ["FROM", "COPY", "COPY", "ENV", "USER", "ENTRYPOINT"]
    assert all(words.startswith("--from=build ") for instruction, words in last if instruction == "COPY")


@pytest.mark.skipif(not SOAK, reason="fetches every package anew: JOURNEY_SIZE=soak")
@pytest.mark.timeout(1800)
def test_the_steps_of_the_image_run_in_a_plain_shell(tmp_path: Path) -> None:
    search = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for instruction, words in image():
        if instruction == "COPY" and not words.startswith("--from"):
            *sources, place = words.split()
            for source in sources:
                whole = ROOT / source
                if whole.is_dir():
                    shutil.copytree(whole, tmp_path / place)
                else:
                    shutil.copy(whole, tmp_path / place)
        if instruction == "RUN":
            done = subprocess.run(
                words, shell=True, cwd=tmp_path, env=os.environ | {"PATH": search}, capture_output=True, text=True
            )
            assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"

    installed = subprocess.run(
        [tmp_path / "env/bin/python", "-m", "pip", "list"], capture_output=True, text=True, check=True
    ).stdout
    assert "case-journey-tracker" in installed
    assert "pytest" not in installed


# The first start


@pytest.mark.skipif(newest() is None, reason="PostgreSQL of the system's own is not here")
@pytest.mark.outside
def test_the_first_start_makes_logins_that_the_files_let_in(tmp_path: Path) -> None:
    """The script that the database runs, on a server without any login of ours; then the migration, and the program."""
    script = (ROOT / COMPOSE["configs"]["logins"]["file"]).read_text("utf-8").replace("/run/secrets/", f"{tmp_path}/")
    for login, password in (("journey_owner", "0123abcd"), ("journey_app", "4567cdef")):
        (tmp_path / login).write_text(f"postgresql://{login}:{password}@database/journey\n")
    with throw_away(newest()) as url:
        parts = conninfo_to_dict(url)
        environment = {"PATH": f"{newest()}:{os.environ['PATH']}", "PGHOST": parts["host"], "PGPASSWORD": parts["password"]}
        subprocess.run(["bash", "-e", "-c", script], env=environment, check=True)
        for login in ("journey_owner", "journey_app"):  # the server is called otherwise here
            said = (tmp_path / login).read_text().strip().replace("@database/", "@/")
            (tmp_path / login).write_text(f"{said}?host={quote(parts['host'], safe='')}")

        chosen = settings(
            {
                "JOURNEY_OWNER_URL_FILE": str(tmp_path / "journey_owner"),
                "JOURNEY_DATABASE_URL_FILE": str(tmp_path / "journey_app"),
                "JOURNEY_DATA": str(tmp_path),
            }
        )
        assert chosen.owner_url is not None
        assert chosen.database_url is not None
        bring_up_to_date(chosen.owner_url)
        with Log(chosen.database_url) as log:
            assert log.head() == (0, None)
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(chosen.database_url.replace("4567cdef", "0123abcd"))
        assert is_well_as_the_file_runs_it(tmp_path)


def is_well_as_the_file_runs_it(folder: Path) -> bool:
    """The app's command, on a port that is free, the question of its health check, and who is answered."""
    app = COMPOSE["services"]["app"]
    command = [sys.executable, "-m", "api", *("0" if word == "8000" else word for word in app["command"])]
    told = {name: value for name, value in os.environ.items() if not name.startswith("JOURNEY_")}
    told |= {"JOURNEY_DATABASE_URL_FILE": str(folder / "journey_app"), "JOURNEY_DATA": str(folder / "data")}
    secret = folder / "oidc"
    secret.write_text("s" * 64)
    secret.chmod(0o600)
    told |= {
        "JOURNEY_OIDC_ISSUER": "https://login.example.dk",
        "JOURNEY_OIDC_CLIENT_ID": "journey",
        "JOURNEY_OIDC_CLIENT_SECRET_FILE": str(secret),
        "JOURNEY_PUBLIC_URL": "https://sager.example.dk",
    }
    with subprocess.Popen(command, cwd=ROOT, env=told, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            port = running.stdout.readline().split(":")[2].split("/")[0]
            _, *question = app["healthcheck"]["test"]
            question = [word.replace(":8000/", f":{port}/") for word in question]
            question[0] = sys.executable
            until(lambda: subprocess.run(question, capture_output=True).returncode == 0)
            page = f"http://localhost:{port}/tal-findes-ikke"
            without = httpx.get(page)
            wrong, right = (httpx.get(page, headers={"Host": host}) for host in ("example.dk", "sager.example.dk"))
            return (without.status_code, wrong.status_code, right.status_code) == (401, 400, 401)
        finally:
            running.terminate()


# Addresses that are secrets


@pytest.mark.parametrize("name", ["JOURNEY_DATABASE_URL", "JOURNEY_OWNER_URL"])
def test_an_address_may_stand_in_a_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("postgresql://journey:pw@host/journey\n")

    chosen = settings({f"{name}_FILE": str(tmp_path / "secret"), "JOURNEY_DATA": str(tmp_path)})

    assert {chosen.database_url, chosen.owner_url} == {None, "postgresql://journey:pw@host/journey"}


@pytest.mark.parametrize(
    ("content", "also", "why"),
    [
        (None, {}, "kan ikke læses"),
        (b"\xff\xfe", {}, "ikke UTF-8"),
        (b" \n", {}, "er tom"),
        (b"journey:hemmelig@host/journey", {}, "ikke en adresse"),
        (b"postgresql://host/journey", {"JOURNEY_DATABASE_URL": "postgresql://other/journey"}, "begge sat"),
    ],
)
def test_a_file_that_holds_none_is_refused_without_what_is_in_it(
    tmp_path: Path, content: bytes | None, also: dict[str, str], why: str
) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)

    with pytest.raises(Refused) as refused:
        settings({"JOURNEY_DATABASE_URL_FILE": str(tmp_path / "secret"), "JOURNEY_DATA": str(tmp_path), **also})

    assert (refused.value.code, refused.value.place) == ("wrong_start", "JOURNEY_DATABASE_URL_FILE")
    assert why in refused.value.message
    assert "hemmelig" not in refused.value.message
