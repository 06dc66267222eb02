"""Sentences on records, tickets and plans that services write themselves."""

TICKET_VOIDED = "来源记录已作废,随之撤销。"
TICKET_CORRECTED = "来源记录已更正,随之调整。"
