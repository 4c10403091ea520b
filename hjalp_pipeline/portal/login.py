"""Logging in by OpenID Connect: code flow with PKCE, state, nonce, issuer and audience (Authlib), and the level of assurance.

What a login must come back with lies on the server, bound to the browser that began it, and is taken once.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from httpx2 import HTTPError
from joserfc.errors import JoseError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from hjalp_pipeline.portal.act_log import Act
from hjalp_pipeline.portal.door_keeping import form_of
from hjalp_pipeline.portal.portal import Portal
from hjalp_pipeline.portal.rendering import render
from hjalp_pipeline.portal.sessions import LONGEST, Person
from hjalp_pipeline.portal.visit import Visit
from hjalp_pipeline.storage.portal_lists import ROLES
from hjalp_pipeline.storage.portal_settings import ENOUGH
from hjalp_pipeline.web.address import counted_together

#: Pages a login may lead back to: paths of ours alone, and not those that log in or out.
_OURS = re.compile(r"/(?!/|log)[A-Za-z0-9/_.-]{0,200}", re.ASCII)
#: Ten digits as a CPR number has them, and nothing else but words: an id with letters and digits is none.
_PERSON_NUMBER = re.compile(r"\D*[0-9]{6}[^0-9]?[0-9]{4}\D*")
_FAULTS = (OAuthError, JoseError, HTTPError, ValueError, KeyError, TypeError, RuntimeError)


class LoginRefused(Exception):
    """A login that does not count; the sentence is shown."""


def person_of(claims: Mapping[str, Any], level_claim: str) -> Person:
    """Who the provider says it is. LoginRefused without a CVR number, or with a level below *substantial*."""
    if claims.get(level_claim, claims.get("acr")) not in ENOUGH:
        raise LoginRefused("Jeres login er ikke sikkert nok. Brug et login på niveauet betydelig eller høj.")
    cvr, subject = str(claims.get("cvr", "")), str(claims.get("sub", ""))
    if not re.fullmatch("[0-9]{8}", cvr) or not subject:
        raise LoginRefused("Jeres login siger ikke, hvilken organisation I er fra. Brug et erhvervslogin.")
    name = str(claims.get("name") or subject).lstrip("=+-@ ")  # it stands in lists, where it is no formula
    if any(_PERSON_NUMBER.fullmatch(one) for one in (subject, name)):  # both stand in the log
        raise LoginRefused("Jeres login fortæller et personnummer i stedet for et id. Kontakt Danmarks Statistik.")
    told = claims.get("roles", ())
    roles = told.split() if isinstance(told, str) else [str(one) for one in told or ()]
    return Person(subject[:200], name[:200], cvr, frozenset(roles) & frozenset(ROLES))


def asker(request: Request) -> str:
    """Whose logins are counted together."""
    told = ",".join(
        request.headers.getlist("x-forwarded-for")
    )  # a proxy may add a line of its own: the last one is its
    peer = told.rpartition(",")[2].strip() or (request.client.host if request.client else "")
    return counted_together(peer)


class Login:
    """The addresses of the login of a portal."""

    def __init__(self, portal: Portal) -> None:
        """The provider is asked for its own addresses when somebody logs in."""
        self.portal, settings = portal, portal.settings
        oauth: Any = OAuth()  # type: ignore[no-untyped-call]  # the library has no types
        oauth.register(
            "login",
            client_id=settings.client_id,
            client_secret=settings.secret,
            server_metadata_url=f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid profile", "code_challenge_method": "S256", "timeout": 10},
        )
        self.client: Any = oauth.create_client("login")

    def routes(self) -> list[Route]:
        """Log in, come back, log out."""
        return [
            Route("/login", self.begin),
            Route("/login/retur", self.back),
            Route("/logud", self.out, methods=["POST"]),
        ]

    def _admit(self, request: Request, what: str) -> None:
        if not self.portal.logins.admits(f"{what} {asker(request)}"):
            raise HTTPException(429, "Der er for mange login på et minut. Vent lidt, og prøv igen.")

    async def begin(self, request: Request) -> Response:
        """Send the browser to the provider."""
        self._admit(request, "begin")
        state: dict[str, Any] = {}
        request.scope["session"] = state
        try:
            answer: Response = await self.client.authorize_redirect(request, f"{self.portal.origin}/login/retur")
        except _FAULTS as fault:
            raise HTTPException(503, "Login svarer ikke. Prøv igen om lidt.") from fault
        wanted = request.query_params.get("til", "/")
        kept = json.dumps({"state": state, "til": wanted if _OURS.fullmatch(wanted) else "/"})
        cookie = await run_in_threadpool(self.portal.sessions.begin_login, kept)
        self._set(answer, "login", cookie, 600)
        return answer

    async def back(self, request: Request) -> Response:
        """The browser comes back with a code: whoever began the login, once, and in time."""
        self._admit(request, "back")
        taken = await run_in_threadpool(
            self.portal.sessions.take_login, request.cookies.get(self.portal.cookie("login"))
        )
        try:
            if taken is None:
                raise LoginRefused("Login er ikke begyndt her, eller det har taget for lang tid. Prøv igen.")
            kept = json.loads(taken)
            person = person_of(await self._claims(request, kept["state"]), self.portal.settings.level_claim)
        except (LoginRefused, *_FAULTS) as fault:
            refused = Act("", "", "", "", "login", result=type(fault).__name__)
            await run_in_threadpool(self.portal.log.add, refused)
            why = str(fault) if isinstance(fault, LoginRefused) else "Login mislykkedes. Prøv igen."
            raise HTTPException(400, why) from fault
        before = request.cookies.get(self.portal.cookie("session"), "")
        await run_in_threadpool(self.portal.sessions.end, before)  # nobody goes on in a session of before the login
        cookie = await run_in_threadpool(self.portal.sessions.begin, person)
        await run_in_threadpool(self.portal.log.add, Act(person.id, person.cvr, "", "", "login", name=person.name))
        answer = RedirectResponse(kept["til"], 303)
        self._set(answer, "session", cookie, int(LONGEST.total_seconds()))
        answer.delete_cookie(self.portal.cookie("login"), path="/", secure=self.portal.secure, httponly=True)
        return answer

    async def _claims(self, request: Request, state: dict[str, Any]) -> Mapping[str, Any]:
        request.scope["session"] = state
        settings = self.portal.settings
        must = {
            "iss": {"essential": True, "values": [settings.issuer.rstrip("/"), settings.issuer]},
            "aud": {"essential": True, "values": [settings.client_id]},
            "nonce": {"essential": True},
            "exp": {"essential": True},
        }
        if not request.query_params.get("state") or not any(
            key.endswith(f"_{request.query_params['state']}") for key in state
        ):
            raise LoginRefused("Login hører ikke til denne browser. Prøv igen.")
        token = await self.client.authorize_access_token(request, claims_options=must, leeway=60)
        claims: Mapping[str, Any] = token["userinfo"]
        return claims

    async def out(self, request: Request) -> Response:
        """Log out, by a form of this very session: after a new login an old page shows a fresh form."""
        form = await form_of(request)
        return await run_in_threadpool(self._out, request, form.get("token", ""))

    def _out(self, request: Request, token: str) -> Response:
        cookie = request.cookies.get(self.portal.cookie("session"), "")
        session = self.portal.sessions.of(cookie)
        if session is not None and not session.owns_form(token, "/logud"):
            around = Visit(self.portal, request, session, self.portal.root, "", "").around()
            told = {"heading": "I er ikke logget ud", "text": "Siden var fra et tidligere login. Tryk på Log ud igen."}
            return HTMLResponse(render("fault", {**around, "declaration": None, "base": "", **told}), 403)
        if session is not None:
            self.portal.sessions.end(cookie)
            person = session.person
            self.portal.log.add(Act(person.id, person.cvr, "", "", "logud", name=person.name))
        answer = RedirectResponse("/om?ud", 303)
        answer.delete_cookie(self.portal.cookie("session"), path="/", secure=self.portal.secure, httponly=True)
        answer.headers["clear-site-data"] = '"cache"'  # also the pages a browser keeps to go back to
        return answer

    def _set(self, answer: Response, name: str, value: str, seconds: int) -> None:
        answer.set_cookie(
            self.portal.cookie(name),
            value,
            max_age=seconds,
            path="/",
            secure=self.portal.secure,
            httponly=True,
            samesite="lax",
        )
