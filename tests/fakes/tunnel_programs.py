"""What tunnel programs really print, and stand-ins that print it."""

import sys
from pathlib import Path

CLOUDFLARED_URL = "https://seasonal-deck-organisms-sf.trycloudflare.com"
CLOUDFLARED = """\
2025-05-02T10:11:12Z INF Thank you for trying Cloudflare Tunnel. Doing so, without a Cloudflare account, is a quick way to experiment and try it out. However, be aware that these account-less Tunnels have no uptime guarantee, are subject to the Cloudflare Online Services Terms of Use (https://www.cloudflare.com/website-terms/), and Cloudflare reserves the right to investigate your use of Tunnels for violations of such terms. If you intend to use Tunnels in production you should use a pre-created named tunnel by following: https://developers.cloudflare.com/cloudflare-one/connections/connect-apps
2025-05-02T10:11:12Z INF Requesting new quick Tunnel on trycloudflare.com...
2025-05-02T10:11:15Z INF +--------------------------------------------------------------------------------------------+
2025-05-02T10:11:15Z INF |  Your quick Tunnel has been created! Visit it at (it may take some time to be reachable):  |
2025-05-02T10:11:15Z INF |  https://seasonal-deck-organisms-sf.trycloudflare.com                                       |
2025-05-02T10:11:15Z INF +--------------------------------------------------------------------------------------------+
2025-05-02T10:11:15Z INF Version 2025.4.2 (Checksum 5a2d3cbf8b1b2a5a)
2025-05-02T10:11:15Z INF GOOS: linux, GOVersion: go1.24.1, GoArch: amd64
2025-05-02T10:11:15Z INF Settings: map[ha-connections:1 metrics:127.0.0.1:0 no-autoupdate:true protocol:quic url:http://127.0.0.1:40711]
2025-05-02T10:11:15Z INF Generated Connector ID: 5a1f1ea6-6e57-4fd6-a1d4-2a1b0d9a7c55
2025-05-02T10:11:15Z INF Initial protocol quic
2025-05-02T10:11:15Z INF Starting metrics server on 127.0.0.1:38211/metrics
2025-05-02T10:11:16Z INF Registered tunnel connection connIndex=0 connection=8f1c event=0 ip=198.41.200.193 location=fra08 protocol=quic
"""  # noqa: E501 - as printed
CLOUDFLARED_OFFLINE = """\
2025-05-02T10:11:12Z INF Requesting new quick Tunnel on trycloudflare.com...
2025-05-02T10:11:12Z ERR failed to request quick Tunnel: Post "https://api.trycloudflare.com/tunnel": dial tcp: lookup api.trycloudflare.com: no such host
failed to request quick Tunnel: Post "https://api.trycloudflare.com/tunnel": dial tcp: lookup api.trycloudflare.com: no such host
"""  # noqa: E501 - as printed
CLOUDFLARED_TOO_MANY = """\
2025-05-02T10:11:12Z INF Requesting new quick Tunnel on trycloudflare.com...
2025-05-02T10:11:13Z ERR Error unmarshaling QuickTunnel response: error code: 1015 error="invalid character 'e' looking for beginning of value" status_code="429 Too Many Requests"
"""  # noqa: E501 - as printed
NGROK_URL = "https://ab12-203-0-113-7.ngrok-free.app"
NGROK = """\
{"lvl":"info","msg":"no configuration paths supplied","t":"2025-09-30T02:40:00Z"}
{"lvl":"info","msg":"using configuration at default config path","path":"/home/dev/.config/ngrok/ngrok.yml","t":"2025-09-30T02:40:00Z"}
{"err":"<nil>","lvl":"info","msg":"open config file","path":"/home/dev/.config/ngrok/ngrok.yml","t":"2025-09-30T02:40:00Z"}
{"addr":"127.0.0.1:4041","allow_hosts":null,"lvl":"info","msg":"starting web service","obj":"web","t":"2025-09-30T02:40:00Z"}
{"lvl":"info","msg":"client session established","obj":"tunnels.session","t":"2025-09-30T02:40:01Z"}
{"lvl":"info","msg":"tunnel session started","obj":"tunnels.session","t":"2025-09-30T02:40:01Z"}
{"addr":"http://127.0.0.1:40711","lvl":"info","msg":"started tunnel","name":"command_line","obj":"tunnels","t":"2025-09-30T02:40:01Z","url":"https://ab12-203-0-113-7.ngrok-free.app"}
"""  # noqa: E501 - as printed
NGROK_NO_TOKEN = r"""{"addr":"127.0.0.1:4040","lvl":"info","msg":"starting web service","obj":"web"}
{"err":"authentication failed: Usage of ngrok requires a verified account and authtoken.\n\nSign up for an account: https://dashboard.ngrok.com/signup\nInstall your authtoken: https://dashboard.ngrok.com/get-started/your-authtoken\r\n\r\nERR_NGROK_4018\r\n","lvl":"eror","msg":"failed to auth","obj":"tunnels.session"}
ERROR:  authentication failed: Usage of ngrok requires a verified account and authtoken.
ERROR:
ERROR:  ERR_NGROK_4018
"""  # noqa: E501 - as printed
NGROK_SESSIONS = r"""{"err":"authentication failed: Your account is limited to 1 simultaneous ngrok agent sessions.\r\n\r\nERR_NGROK_108\r\n","lvl":"crit","msg":"command failed"}
"""  # noqa: E501 - as printed
NGROK_DOMAIN = r"""{"t":"2026-10-02T08:15:48-0300","lvl":"crit","msg":"command failed","err":"failed to start tunnel: Only paid plans may create endpoints with custom subdomains.\nThis account is on the 'Free' plan.\r\n\r\nERR_NGROK_313\r\n"}
"""  # noqa: E501 - as printed
LOCALHOST_RUN = """\
===============================================================================
Welcome to localhost.run!

Follow your favourite reverse tunnel at [https://twitter.com/localhost_run].

To set up and manage custom domains go to https://admin.localhost.run/

More details on custom domains (and how to enable subdomains of your custom
domain) at https://localhost.run/docs/custom-domains

If you get a permission denied error check the faq for how to connect with a key or
create a free tunnel without a key at [http://localhost:3000/].
===============================================================================

** your connection id is 57d50fb0-7f8e-4e8a-a6a1-0b8a0a6c8b5f, please mention it if you send me a message about an issue. **

8ab3c1f0e5d7.lhr.life tunneled with tls termination, https://8ab3c1f0e5d7.lhr.life
"""  # noqa: E501 - as printed


def stand_in(folder: Path, name: str, script: str) -> Path:
    """Write a program of that name; return its path. ``say(text, fd, size, pause)`` prints in pieces."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!{sys.executable} -IS\n{_SAY}\n{script}\n")
    path.chmod(0o755)
    return path


_SAY = """\
import os, signal, subprocess, sys, time
def say(text, fd=2, size=0, pause=0.0):
    data = text.encode()
    for start in range(0, len(data), size or len(data)):
        os.write(fd, data[start:start + (size or len(data))])
        if pause: time.sleep(pause)
def stay(): time.sleep(60)
"""


FORWARDER_NAME = "quiet-river.tunnel.test"


def forwarder(folder: Path) -> str:
    """Write a program that really forwards; return its command. It notes its number and port in
    ``folder``, and does not heed SIGTERM where there is a file called ``stubborn``."""
    program = stand_in(folder, "forward", f"folder = {str(folder)!r}\n{_FORWARD}")
    return f"{program} --to={{port}}"


_FORWARD = """\
import asyncio
if os.path.exists(folder + "/stubborn"): signal.signal(signal.SIGTERM, signal.SIG_IGN)
target = int(sys.argv[1].partition("=")[2])
async def pump(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    writer.close()
async def forward(reader, writer):
    try:
        there, back = await asyncio.open_connection("127.0.0.1", target)
    except OSError:
        return writer.close()
    await asyncio.gather(pump(reader, back), pump(there, writer))
async def main():
    server = await asyncio.start_server(forward, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    open(folder + "/new", "w").write(f"{os.getpid()} {port} {target}")
    os.replace(folder + "/new", folder + "/running")
    say("Inspect it at http://127.0.0.1:4040/\\nForwarding https://quiet-river.tunnel.test\\n", 1, 7, 0.001)
    await server.serve_forever()
asyncio.run(main())
"""
