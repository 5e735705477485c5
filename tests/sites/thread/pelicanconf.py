SITENAME = "Copperline Kettles newsroom"
TIMEZONE = "Europe/London"
THEME = "simple"
PLUGINS = ["newsroom"]

NEWSROOM_COMPANY = "Copperline Kettles"
NEWSROOM_CONTACT = {
    "name": "Noor Haddad",
    "role": "Press Officer",
    "mail": "press@copperline.example",
}

NEWSROOM_FEED_TAG = "copperline.example,2019"
