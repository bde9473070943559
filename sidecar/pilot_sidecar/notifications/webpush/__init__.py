"""Web Push: paired browsers and phones, also while the page is closed."""
