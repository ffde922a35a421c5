"""The edge (pages, REST, websockets, the telephone's websocket) and the control channel to the engine.

shapes, asked, page_messages   what travels between server and pages
errors                         every error word of the API
access                         who may do what
endpoints                      how a handler declares its path, types and permission
*_api                          one noun each
control, engine_link           the two ends of the channel between engine and edge
pages, pops                    live state to pages, customer cards with it
sip_proxy                      the browser telephone's way to Asterisk
edge                           puts the edge together
"""
