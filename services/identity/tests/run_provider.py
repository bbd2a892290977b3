"""`python run_provider.py PORT REDIRECT_URI`: Canaille, an OpenID Connect provider, with a few people in its memory."""

import sys

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from werkzeug.serving import make_server

CLIENT_ID, CLIENT_SECRET = "ourwatch", "a client secret of this test: 100 %"
PASSWORD = "tram violet thunder biscuit"


def main(port: int, redirect_uri: str, people: list[str]) -> None:
    """Serves until it is ended. `people` are their e-mail addresses."""
    app = create_app(
        {
            "SECRET_KEY": "only for this test",
            "SERVER_NAME": f"127.0.0.1:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "SESSION_COOKIE_SECURE": False,
            "CANAILLE": {"DATABASE": "memory", "CAPTCHA_ENABLED": False},
        }
    )
    with app.app_context():
        backend = Backend.instance
        for email in people:
            name = email.partition("@")[0]
            user = models.User(
                user_name=name, family_name="Lee", formatted_name=name, emails=[email], password=PASSWORD
            )
            backend.save(user)
        client = models.Client(
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            client_name="OurWatch",
            client_uri="http://ourwatch.test",
            redirect_uris=[redirect_uri],
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=["openid", "email"],
            token_endpoint_auth_method="client_secret_basic",
            id_token_signed_response_alg="RS256",
        )
        backend.save(client)
        client.audience = [client]
        backend.save(client)
    make_server("127.0.0.1", port, app, threaded=True).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
