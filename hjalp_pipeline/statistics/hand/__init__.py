"""*Handicap og udsatte (voksne)*: persons' services under the Act on Social Services, by month, and HAND01-07."""
