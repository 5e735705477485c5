"""The built site on its way to the public: uploaded, announced, and looked at where it lives."""
