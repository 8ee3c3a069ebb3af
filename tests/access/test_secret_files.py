"""The files of the access: made for their owner alone, and refused where others may have read them."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.settings import settings
from api.web.access import secret_files
from api.web.access.secret_files import TOKEN_FILE, api_token, existing_token, proxy_secret
from journey.refusals import Refused

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the modes are those of POSIX")


def refusal(read: Callable[[Path], str], path: Path) -> str:
    with pytest.raises(Refused) as refused:
        read(path)
    assert refused.value.code == "wrong_start"
    assert refused.value.remedy
    return refused.value.message


def test_the_token_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    old = os.umask(0)
    try:
        with ThreadPoolExecutor(8) as pool:
            tokens = {*pool.map(api_token, [data] * 32)}
    finally:
        os.umask(old)

    [token] = tokens
    assert len(token) == 43
    assert stat.S_IMODE((data / TOKEN_FILE).stat().st_mode) == 0o600
    assert existing_token(data) == api_token(data) == token
    assert [path.name for path in data.iterdir()] == [TOKEN_FILE]


def test_two_registers_have_two_tokens(tmp_path: Path) -> None:
    assert api_token(tmp_path / "a") != api_token(tmp_path / "b")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o644, 0o666, 0o601])
def test_a_token_that_others_may_reach_is_refused(tmp_path: Path, mode: int) -> None:
    api_token(tmp_path)
    (tmp_path / TOKEN_FILE).chmod(mode)

    assert "åben for andre" in refusal(api_token, tmp_path)
    (tmp_path / TOKEN_FILE).chmod(0o400)
    assert api_token(tmp_path)


@pytest.mark.parametrize("content", ["", "\n", "hemmelig", "a" * 42, "a" * 44, "a" * 42 + "/", "æ" * 43, "a" * 43 + "\nb"])
def test_what_is_no_token_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / TOKEN_FILE).write_text(content)
    (tmp_path / TOKEN_FILE).chmod(0o600)

    assert content.strip() not in refusal(api_token, tmp_path) or not content.strip()


def test_a_token_that_is_not_there_is_made_by_a_server_only(tmp_path: Path) -> None:
    assert "er der ikke" in refusal(existing_token, tmp_path)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can become another account")
def test_another_account_cannot_read_the_token(tmp_path: Path) -> None:
    """And a file that another account has put there is not taken for ours."""
    for folder in (tmp_path, *tmp_path.parents[:-1]):
        folder.chmod(folder.stat().st_mode | 0o011)
    api_token(tmp_path)

    def as_another() -> str:
        child = os.fork()
        if child == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            try:
                (tmp_path / TOKEN_FILE).read_bytes()
                os._exit(1)
            except PermissionError:
                os._exit(0)
        return str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

    assert as_another() == "0"
    (tmp_path / TOKEN_FILE).chmod(0o644)
    assert as_another() == "1", "the test bites"


def test_a_token_of_another_account_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    api_token(tmp_path)
    monkeypatch.setattr(secret_files.os, "geteuid", lambda: 4242)
    owner = (tmp_path / TOKEN_FILE).stat().st_uid
    if owner == 0:
        os.chown(tmp_path / TOKEN_FILE, 4243, -1)

    assert "ejes af en anden konto" in refusal(api_token, tmp_path)


def secret(path: Path, text: str = "0123456789abcdef" * 4 + "\n", mode: int = 0o640) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_proxys_secret_is_read_as_it_is_written(tmp_path: Path) -> None:
    """A group may read it: the proxy's own account must."""
    for mode in (0o600, 0o400, 0o640, 0o440):
        assert proxy_secret(secret(tmp_path / f"{mode:o}", mode=mode)) == "0123456789abcdef" * 4


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o602, 0o666, 0o604])
def test_a_proxys_secret_that_everybody_may_read_or_a_group_may_write_is_refused(tmp_path: Path, mode: int) -> None:
    assert "åben for andre" in refusal(proxy_secret, secret(tmp_path / "proxy", mode=mode))


@pytest.mark.parametrize(
    "text", ["", "kort", "a" * 31, "a" * 20 + " " + "a" * 20, "a" * 513, "æ" * 40, "a" * 40 + "\n" + "b" * 40]
)
def test_a_secret_that_is_easily_guessed_or_cannot_be_sent_is_refused(tmp_path: Path, text: str) -> None:
    refusal(proxy_secret, secret(tmp_path / "proxy", text))


def test_a_container_s_secret_has_the_mode_that_it_has_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret_files, "CONTAINER_SECRETS", tmp_path)

    assert proxy_secret(secret(tmp_path / "proxy", mode=0o644))


def test_the_setting_names_the_file(tmp_path: Path) -> None:
    assert settings({"JOURNEY_TRUSTED_PROXY_SECRET_FILE": str(tmp_path / "p")}).proxy_secret == tmp_path / "p"
    assert settings({"JOURNEY_TRUSTED_PROXY_SECRET_FILE": ""}).proxy_secret is None
    assert "er der ikke" in refusal(proxy_secret, tmp_path / "p")
