SITENAME = "Copperline Kettles newsroom"
SITEURL = "https://copperline.example"
TIMEZONE = "UTC"
THEME = "simple"
PLUGINS = ["newsroom"]
