"""The security headers of every answer: what the browser may load, send, embed and use, and over which connection."""

from __future__ import annotations

from collections.abc import Mapping

POLICY: Mapping[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "frame-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
"""The content security policy by directive: our own files only, and nothing inline. Charts are drawn to images in the page (`data:`,
`blob:`)."""
UNUSED = (
    *("accelerometer", "autoplay", "camera", "clipboard-read", "clipboard-write", "display-capture", "encrypted-media"),
    *(
        "fullscreen",
        "gamepad",
        "geolocation",
        "gyroscope",
        "hid",
        "idle-detection",
        "local-fonts",
        "magnetometer",
        "microphone",
    ),
    *("midi", "payment", "picture-in-picture", "publickey-credentials-create", "publickey-credentials-get"),
    *("screen-wake-lock", "serial", "storage-access", "usb", "window-management", "xr-spatial-tracking"),
)
"""The features of browsers that no page of ours uses, so that none is to be had."""
A_YEAR = 31_536_000


def security_headers(*, secure: bool) -> dict[str, str]:
    """The headers of every answer; `secure` where the register's public address is https: then a browser comes by nothing else."""
    return {
        "Content-Security-Policy": "; ".join(f"{directive} {sources}" for directive, sources in POLICY.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
        **({"Strict-Transport-Security": f"max-age={A_YEAR}; includeSubDomains"} if secure else {}),
    }
