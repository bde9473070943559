"""Where notices may be handed: the known push services, in one spelling."""

import pytest

from pilot_sidecar.core.errors import BadRequestError
from pilot_sidecar.core.push_services import PushServices

KNOWN = PushServices({})
TOKEN = "fWzM3x:APA91bH-x_y"


@pytest.mark.parametrize(
    ("endpoint", "name"),
    [
        (f"https://fcm.googleapis.com/fcm/send/{TOKEN}", "Google"),
        (f"https://fcm.googleapis.com/wp/{TOKEN}", "Google"),
        (f"https://jmt17.google.com/fcm/send/{TOKEN}", "Google"),
        (f"https://fcm.google.com/preprod/wp/{TOKEN}", "Google"),
        (f"https://android.googleapis.com/gcm/send/{TOKEN}", "Google"),
        ("https://updates.push.services.mozilla.com/wpush/v2/gAAAAABk_x-y=", "Mozilla"),
        ("https://wns2-par02p.notify.windows.com/w/?token=BQYAAAC%2f4mc%2b%3d", "Microsoft"),
        ("https://db5p.notify.windows.com/w/?token=x", "Microsoft"),
        ("https://eu-1.wns.windows.com/w/?token=x", "Microsoft"),
        ("https://web.push.apple.com/QGuQyavXutnMH7fUNuPL", "Apple"),
    ],
)
def test_the_services_of_all_known_browsers(endpoint: str, name: str) -> None:
    service = KNOWN.service_of(endpoint)
    assert service.name == name
    assert endpoint.startswith(f"{service.origin}/")
    assert service.origin.count("/") == 2


HOST = "fcm.googleapis.com"


@pytest.mark.parametrize(
    "endpoint",
    [
        "", "x", "https://", f"https://{HOST}", f"https://{HOST}/", f"http://{HOST}/wp/x", f"HTTPS://{HOST}/wp/x",
        f"ftp://{HOST}/x", f"//{HOST}/x", f"https:/{HOST}/x", f"https:///{HOST}/x", f" https://{HOST}/x",
        f"https://{HOST}/x\n", f"https://{HOST}\n/x", f"https://{HOST}\t/x", "https://fcm.goo\tgleapis.com/x",
        f"https://{HOST}:443/x", f"https://{HOST}:8443/x", f"https://{HOST}:/x", f"https://{HOST}./x",
        f"https://{HOST}@127.0.0.1/x", f"https://me@{HOST}/x", f"https://me:you@{HOST}/x", f"https://:@{HOST}/x",
        f"https://127.0.0.1/{HOST}/x", f"https://127.0.0.1#@{HOST}/x", f"https://127.0.0.1?@{HOST}/x",
        f"https://127.0.0.1\\@{HOST}/x", f"https://{HOST}\\@127.0.0.1/x", f"https://{HOST}\\.evil.example/x",
        f"https://{HOST}%2f@127.0.0.1/x", f"https://{HOST}%00.evil.example/x", f"https://{HOST}%2eevil.example/x",
        f"https://{HOST}.evil.example/x", f"https://evil{HOST}/x", f"https://evil.{HOST}/x", "https://googleapis.com/x",
        "https://storage.googleapis.com/x", "https://FCM.googleapis.com/x", "https://fcm.googleapis.com.:443/x",
        "https://fcm.googleapis\u3002com/x", "https://fcm\uff0egoogleapis.com/x", "https://fcm.g\u043e\u043egleapis.com/x",
        "https://xn--fcm-googleapis.com/x", "https://fcm.xn--ggleapis-1fg.com/x", "https://\ufb00cm.googleapis.com/x",
        "https://push.apple.com/x", "https://push.apple.com.evil.example/x", "https://evilpush.apple.com/x",
        "https://notify.windows.com/x", "https://a.notify.windows.com.evil.example/x", "https://anotify.windows.com/x",
        "https://.notify.windows.com/x", "https://-.notify.windows.com/x", "https://a..notify.windows.com/x",
        "https://a_b.notify.windows.com/x", "https://127.0.0.1.notify.windows.com:80/x",
        "https://push.services.mozilla.com/x", "https://updates.push.services.mozilla.com.evil.example/x",
        "https://127.0.0.1/x", "https://127.1/x", "https://2130706433/x", "https://0x7f000001/x", "https://0x7f.1/x",
        "https://0177.0.0.1/x", "https://017700000001/x", "https://0/x", "https://[::1]/x", "https://[::]/x",
        "https://[::ffff:127.0.0.1]/x", "https://[::ffff:7f00:1]/x", "https://[fe80::1%25eth0]/x", "https://localhost/x",
        "https://10.0.0.1/x", "https://169.254.169.254/latest/meta-data", "https://192.168.1.1/x", "https://\u2460\u2461\u2466.0.0.1/x",
        f"https://{HOST}/x#fragment", f"https://{HOST}/\\x", f"https://{HOST}/a b", f"https://{HOST}/ü", f"https://{HOST}/\x00",
        f"https://{HOST}/x\r\nHost: 127.0.0.1", f"https://{HOST}/{'x' * 2_001}", "javascript:alert(1)", "data:,x", "file:///x",
        "http://127.0.0.1:9/x",
    ],
)  # fmt: skip
def test_nothing_else_by_any_spelling(endpoint: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        KNOWN.service_of(endpoint)
    assert caught.value.code == "unknown_push_service"
    assert endpoint == "" or endpoint not in f"{caught.value.message} {caught.value.hint}" or endpoint == "x"


def test_a_stand_in_is_taken_only_where_the_environment_names_it() -> None:
    services = PushServices({"PILOT_PUSH_TEST_SERVICE": "http://127.0.0.1:4567"})
    assert services.service_of("http://127.0.0.1:4567/wp/1-x%2fy").origin == "http://127.0.0.1:4567"
    assert services.service_of(f"https://{HOST}/wp/x").name == "Google"
    for endpoint in [
        "http://127.0.0.1:4567", "http://127.0.0.1:4567/", "http://127.0.0.1:45678/x", "http://127.0.0.1:456/x",
        "https://127.0.0.1:4567/x", "http://127.0.0.1:4567@evil.example/x", "http://127.0.0.1:4567/\\evil",
        "http://localhost:4567/x", "http://127.1:4567/x",
    ]:  # fmt: skip
        with pytest.raises(BadRequestError):
            services.service_of(endpoint)


@pytest.mark.parametrize(
    "given",
    [
        "http://127.0.0.1", "https://127.0.0.1:1", "http://localhost:80", "http://10.0.0.1:80", "http://0.0.0.0:80",
        "http://127.0.0.1:0", "http://127.0.0.1:80/", "http://127.0.0.1:80\n", "http://[::1]:80", "1",
        "http://127.0.0.1:80@evil.example", "http://127.0.0.1:123456",
    ],
)  # fmt: skip
def test_a_stand_in_elsewhere_is_no_stand_in(given: str, caplog: pytest.LogCaptureFixture) -> None:
    services = PushServices({"PILOT_PUSH_TEST_SERVICE": given})
    assert services.test_service is None
    assert "PILOT_PUSH_TEST_SERVICE" in caplog.text
