"""Programs that make the hub reachable from elsewhere: cloudflared, ngrok, or one of the user's own."""
