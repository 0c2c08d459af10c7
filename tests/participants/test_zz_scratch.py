import statistics, time, pytest
from django.core.management import call_command
from participants import services, hashers, issuing, queries, tokens, authentication
from participants.models import Client
from participants.wire.token import TokenRequest, InvalidClient
from tests.participants.conftest import NOW, STAFF, known_client
from vtn.caller import Role
from rest_framework.test import APIRequestFactory

@pytest.mark.django_db
def test_timing(settings):
    a = known_client("generated", Role.VEN)
    services.create_client(caller=STAFF, client_id="chosen", name="chosen", role=Role.VEN, now=NOW)
    services.add_secret(caller=STAFF, client_id="chosen", text="1001", now=NOW)
    for r in range(2):
        for name, cid, s in [("unknown","nobody","x"),("generated wrong","generated","x"),("chosen wrong","chosen","x"),("generated right","generated",a.secret),("chosen right","chosen","1001")]:
            t=[]
            for _ in range(8):
                b=time.perf_counter()
                try: issuing.issue_token(TokenRequest(cid,s,None), now=NOW)
                except InvalidClient: pass
                t.append((time.perf_counter()-b)*1000)
            print(f"{name:18} {statistics.median(t):8.2f} ms  min {min(t):.2f}")
    text = tokens.issue(client_id="generated", scopes=["read_all"]).text
    req = APIRequestFactory().get("/", headers={"authorization": f"Bearer {text}"})
    b=time.perf_counter()
    for _ in range(500): authentication.ClientAuthentication().authenticate(req)
    print("authenticate unkept", (time.perf_counter()-b)*2, "ms")

@pytest.mark.django_db(transaction=True)
def test_back_and_forth():
    call_command("migrate","participants","zero",verbosity=0)
    call_command("migrate","participants",verbosity=0)
