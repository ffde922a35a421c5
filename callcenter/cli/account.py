"""`callcenter account list|add|password|close|open`: who can sign in."""

from __future__ import annotations

import argparse
import getpass
import sys
import time
from typing import TYPE_CHECKING

from callcenter.cli.errors import CommandError
from callcenter.cli.place import config_of
from callcenter.cli.speech import said, say

if TYPE_CHECKING:
    import sqlalchemy as sa

    from callcenter.store.accounts import Account

BY = "command line"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar=said("操作", "ACTION"))
    actions.add_parser("list", help=said("所有账号", "all accounts"))
    add = actions.add_parser(
        "add", help=said("为坐席或员工开通账号", "open one for an agent or for staff of the centre")
    )
    password = actions.add_parser(
        "password", help=said("更换密码，并使其退出登录", "a new password; signs the account out")
    )
    close = actions.add_parser("close", help=said("停用账号", "nobody can sign in with it any more"))
    reopen = actions.add_parser("open", help=said("恢复账号", "it can sign in again"))
    for each in (add, password, close, reopen):
        each.add_argument(
            "username", help=said("坐席工号或员工 id", "the agent's number, or the id of the staff member")
        )
    for each in (add, password):
        each.add_argument(
            "--type-password",
            action="store_true",
            help=said("自己输入密码，而不是生成", "type it instead of having one made"),
        )


def run(args: argparse.Namespace) -> int:
    from callcenter.preparation.centre import opened
    from callcenter.store import accounts

    with opened(config_of(args)) as db:
        try:
            return _ACTIONS[args.action](db, args)
        except (accounts.BadAccount, accounts.UnknownAccount) as error:
            raise CommandError(str(error)) from error


def _list(db: sa.Engine, _: argparse.Namespace) -> int:
    from callcenter.cli.table import table
    from callcenter.store.accounts import all_accounts

    head = (said("用户名", "user name"), said("角色", "role"), said("坐席", "agent"), said("姓名", "name"), "")
    closed = {True: "", False: said("已停用", "closed")}
    rows = [(each.username, each.role, each.agent or "", each.name, closed[each.active]) for each in all_accounts(db)]
    print(table(head, rows))
    return 0


def _add(db: sa.Engine, args: argparse.Namespace) -> int:
    from callcenter.store import accounts

    if any(each.username == args.username for each in accounts.all_accounts(db)):
        raise CommandError(said(f"账号 {args.username} 已存在", f"There is an account {args.username} already."))
    account, (password, typed) = _of_centre(db, args.username), _password(args)
    accounts.save(db, account, password)
    _note(db, "add_account", args.username)
    _tell(args.username, password, typed)
    return 0


def _of_centre(db: sa.Engine, name: str) -> Account:
    """Role and name come from the centre document: it says who works here."""
    from callcenter.demo.accounts import accounts_of
    from callcenter.store.documents import current_centre

    centre = current_centre(db)
    people = accounts_of(centre.document) if centre else []
    found = next((each for each in people if each.username == name), None)
    if found is None:
        known = ", ".join(each.username for each in people) or said("无", "nobody")
        raise CommandError(
            said(
                f"呼叫中心里没有 {name}；已有：{known}",
                f"Nobody called {name!r} works in this centre; known: {known}",
            )
        )
    return found


def _change_password(db: sa.Engine, args: argparse.Namespace) -> int:
    from callcenter.store import accounts, sessions

    password, typed = _password(args)
    accounts.set_password(db, args.username, password)
    sessions.revoke_all(db, args.username)
    _note(db, "change_password", args.username)
    _tell(args.username, password, typed)
    return 0


def _switch(db: sa.Engine, args: argparse.Namespace) -> int:
    import msgspec

    from callcenter.store import accounts, sessions

    active = args.action == "open"
    accounts.save(db, msgspec.structs.replace(accounts.account(db, args.username), active=active))
    if not active:
        sessions.revoke_all(db, args.username)
    _note(db, f"{args.action}_account", args.username)
    say(f"{args.username} 已更新", f"{args.username}: {'open' if active else 'closed'}")
    return 0


def _password(args: argparse.Namespace) -> tuple[str, bool]:
    from callcenter.store.passwords import typed_password

    if not args.type_password:
        return typed_password(), False
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n"), True
    first = getpass.getpass(said("新密码：", "New password: "))
    if first != getpass.getpass(said("再输入一次：", "Once more: ")):
        raise CommandError(said("两次输入不同", "The two are not the same."))
    return first, True


def _tell(username: str, password: str, typed: bool) -> None:
    if typed:
        say(f"{username} 的密码已设置", f"The password of {username} is set.")
    else:
        say(
            f"{username} 的密码（只显示这一次）：{password}",
            f"The password of {username}, shown this once: {password}",
        )


def _note(db: sa.Engine, what: str, username: str) -> None:
    from callcenter.store import audit

    audit.note(db, time.time(), BY, what, username)


_ACTIONS = {"list": _list, "add": _add, "password": _change_password, "close": _switch, "open": _switch}
