SITENAME = "Copperline Kettles newsroom"
TIMEZONE = "Europe/Paris"
THEME = "simple"
PLUGINS = ["newsroom"]
